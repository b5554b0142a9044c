package org.postern.e2e;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Debian's Chromium, driven by Playwright.
final class Browser implements AutoCloseable {

    private final Playwright playwright =
            Playwright.create(
                    new Playwright.CreateOptions()
                            .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final com.microsoft.playwright.Browser chromium =
            playwright
                    .chromium()
                    .launch(
                            new BrowserType.LaunchOptions()
                                    .setExecutablePath(Path.of("/usr/bin/chromium"))
                                    .setArgs(
                                            List.of(
                                                    "--no-sandbox",
                                                    "--disable-gpu",
                                                    "--disable-quic",
                                                    "--no-first-run",
                                                    "--disable-background-networking",
                                                    "--disable-component-update",
                                                    "--disable-sync")));

    /// Somebody's browser, with cookies of its own.
    BrowserContext somebody(boolean javaScript) {
        return chromium.newContext(
                new NewContextOptions().setJavaScriptEnabled(javaScript).setAcceptDownloads(true));
    }

    /// The same on a device of this width.
    BrowserContext somebody(int width, int height, ColorScheme scheme) {
        return chromium.newContext(
                new NewContextOptions()
                        .setViewportSize(width, height)
                        .setColorScheme(scheme)
                        .setAcceptDownloads(true));
    }

    /// Keeps what a page looks like under `target/screenshots`.
    static void picture(Page page, String name) {
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setFullPage(true)
                        .setPath(Path.of("target", "screenshots", name + ".png")));
    }

    @Override
    public void close() {
        playwright.close();
    }
}
