package org.postern.portal.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postern.db.store.Tenant;
import org.postern.mail.board.Board;
import org.postern.mail.board.Incident;
import org.postern.mail.board.Maintenance;
import org.postern.mail.board.Maintenance.State;
import org.postern.portal.frame.Frames;
import org.postern.portal.frame.PageController;
import org.postern.portal.host.CurrentTenant;
import org.postern.portal.status.Components.Component;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/// The status page, for everybody, and as a feed. Asks neither database nor keys.
@PageController
public final class StatusController {

    public static final String PATH = Frames.STATUS;
    public static final String FEED = PATH + ".atom";

    private final Board board;
    private final Components components;

    StatusController(Board board, Components components) {
        this.board = board;
        this.components = components;
    }

    @GetMapping(PATH)
    String status(Model model) {
        List<Maintenance> maintenances = board.maintenances();
        List<Incident> incidents = board.incidents();
        List<Component> now = components.now();
        Optional<Maintenance> current = board.current();
        boolean broken =
                incidents.stream().anyMatch(each -> !each.isOver())
                        || now.stream()
                                .anyMatch(each ->
                                        each.state() == Components.State.AWAY
                                                || each.state() == Components.State.SLOW);
        model.addAttribute(
                "overall", current.isPresent() ? "maintenance" : broken ? "broken" : "works");
        model.addAttribute("components", now);
        model.addAttribute(
                "histories",
                now.stream()
                        .map(Component::part)
                        .collect(Collectors.toMap(part -> part, board::history)));
        model.addAttribute("open", incidents.stream().filter(each -> !each.isOver()).toList());
        model.addAttribute("current", current.stream().toList());
        model.addAttribute(
                "coming",
                maintenances.reversed().stream()
                        .filter(each -> each.state() == State.SCHEDULED)
                        .toList());
        model.addAttribute("past", Past.of(maintenances, incidents));
        return "portal/status";
    }

    @GetMapping(FEED)
    void feed(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String name = CurrentTenant.find(request).map(Tenant::name).orElse("");
        String host = CurrentTenant.find(request).map(Tenant::portalHost).orElse("");
        response.setContentType("application/atom+xml;charset=UTF-8");
        response.getOutputStream()
                .write(
                        StatusFeed.of(name, host, board.maintenances(), board.incidents())
                                .getBytes(UTF_8));
    }
}
