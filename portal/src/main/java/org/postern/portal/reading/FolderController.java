package org.postern.portal.reading;

import org.postern.keys.NotSignedInException;
import org.postern.mail.reading.Folder;
import org.postern.mail.reading.FolderPage;
import org.postern.mail.reading.Folders;
import org.postern.portal.frame.PageController;
import org.postern.portal.session.SignedIn;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// Lists of messages, newest first.
@PageController
public final class FolderController {

    private final Folders folders;

    FolderController(Folders folders) {
        this.folders = folders;
    }

    @GetMapping("/inbox")
    String inbox(
            @AuthenticationPrincipal SignedIn reader,
            @RequestParam(defaultValue = "") String before,
            Model model)
            throws NotSignedInException {
        return page(Folder.INBOX, "inbox", reader, before, model);
    }

    @GetMapping("/sent")
    String sent(
            @AuthenticationPrincipal SignedIn reader,
            @RequestParam(defaultValue = "") String before,
            Model model)
            throws NotSignedInException {
        return page(Folder.SENT, "sent", reader, before, model);
    }

    private String page(Folder folder, String section, SignedIn reader, String before, Model model)
            throws NotSignedInException {
        FolderPage page = folders.page(reader.reader(), folder, PageMark.parse(before));
        model.addAttribute("section", section);
        model.addAttribute("rows", page.rows());
        model.addAttribute("next", page.next().map(PageMark::of).orElse(""));
        model.addAttribute("later", !before.isEmpty());
        model.addAttribute("unopened", page.unopened());
        return "portal/folder";
    }
}
