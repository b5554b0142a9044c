package org.postern.server;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.mail.door.ConfigurationAlteredException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/// What the administrator's commands ask of a running Postern: `POST /control/tenant`,
/// `/control/rules`, `/control/notices`, `/control/domain`, `/control/connector`,
/// `/control/secret`, `/control/invitation`.
@Endpoint(id = "control")
final class ControlEndpoint {

    private final Optional<Provisioning> worker;
    private final Optional<Invitations> keys;

    /// @param worker where this process has that role
    /// @param keys where this process has that role
    ControlEndpoint(Optional<Provisioning> worker, Optional<Invitations> keys) {
        this.worker = worker;
        this.keys = keys;
    }

    /// Does one thing; what cannot be done is answered 422 with a sentence.
    @WriteOperation
    WebEndpointResponse<Map<String, String>> provide(
            @Selector String what,
            String host,
            @Nullable String name,
            @Nullable String suffix,
            @Nullable String domain,
            @Nullable String ranges,
            @Nullable Boolean password,
            @Nullable String pins,
            @Nullable Boolean envelopeSenderOnly,
            @Nullable Boolean allMail,
            @Nullable String nextHop,
            @Nullable String brackets,
            @Nullable String tags,
            @Nullable String markFields,
            @Nullable String lineEnds,
            @Nullable String keep,
            @Nullable String grace,
            @Nullable String certificateNames,
            @Nullable Boolean secretHeader,
            @Nullable Boolean alignedDkim,
            @Nullable String clientAuthority,
            @Nullable String clientNames,
            @Nullable String connector,
            @Nullable String roles,
            @Nullable String language,
            @Nullable String zeroLink,
            @Nullable String subject,
            @Nullable String reminders,
            @Nullable String digest,
            @Nullable String returns)
            throws IOException, OpeningFailedException {
        if (what.equals("invitation") ? keys.isEmpty() : worker.isEmpty()) {
            return refused(
                    "this process has not the role for it: ask the one with the role "
                            + (what.equals("invitation") ? "keys." : "worker."));
        }
        if (what.equals("invitation")) {
            try {
                return done(keys.get().invite(given(name), given(roles)).toString());
            } catch (Invitations.RefusedException e) {
                return refused(String.valueOf(e.getMessage()));
            }
        }
        Provisioning provisioning = worker.get();
        try {
            return switch (what) {
                case "tenant" ->
                        done(
                                provisioning
                                        .createTenant(
                                                given(name), host, Optional.ofNullable(suffix))
                                        .toString());
                case "rules" ->
                        done(
                                provisioning
                                        .changeRules(
                                                host,
                                                new AskedRules(
                                                        Optional.ofNullable(brackets),
                                                        Optional.ofNullable(tags),
                                                        Optional.ofNullable(markFields),
                                                        Optional.ofNullable(lineEnds),
                                                        Optional.ofNullable(keep),
                                                        Optional.ofNullable(grace),
                                                        Optional.ofNullable(returns)))
                                        .toString());
                case "notices" ->
                        done(
                                provisioning
                                        .changeNotices(
                                                host,
                                                new AskedNotices(
                                                        Optional.ofNullable(language),
                                                        Optional.ofNullable(zeroLink),
                                                        Optional.ofNullable(subject),
                                                        Optional.ofNullable(reminders),
                                                        Optional.ofNullable(digest)))
                                        .toString());
                case "domain" -> {
                    provisioning.addDomain(host, given(domain));
                    yield done(given(domain));
                }
                case "connector" ->
                        made(
                                provisioning.addConnector(
                                        host,
                                        new Provisioning.NewConnector(
                                                given(name),
                                                list(ranges),
                                                Boolean.TRUE.equals(password),
                                                list(pins),
                                                Boolean.TRUE.equals(envelopeSenderOnly),
                                                Boolean.TRUE.equals(allMail),
                                                Optional.ofNullable(nextHop),
                                                list(certificateNames),
                                                Boolean.TRUE.equals(secretHeader),
                                                Boolean.TRUE.equals(alignedDkim),
                                                new AskedAuthority(
                                                        Optional.ofNullable(clientAuthority),
                                                        list(clientNames)))));
                case "secret" -> made(provisioning.rotateSecret(host, given(connector)));
                default -> new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
            };
        } catch (Provisioning.RefusedException e) {
            return refused(String.valueOf(e.getMessage()));
        } catch (ConfigurationAlteredException e) {
            return refused(
                    "somebody else has changed this organisation's rows in the database: config"
                            + " diff shows them. Put them right, or accept them with config"
                            + " accept.");
        }
    }

    private static WebEndpointResponse<Map<String, String>> refused(String sentence) {
        return new WebEndpointResponse<>(Map.of("sentence", sentence), 422);
    }

    private static WebEndpointResponse<Map<String, String>> done(String id) {
        return new WebEndpointResponse<>(Map.of("id", id));
    }

    private static WebEndpointResponse<Map<String, String>> made(
            Provisioning.MadeConnector connector) {
        Map<String, String> answer = new TreeMap<>();
        answer.put("id", connector.id().toString());
        connector.password().ifPresent(password -> answer.put("password", password));
        connector.secretHeader().ifPresent(secret -> answer.put("secretHeader", secret));
        return new WebEndpointResponse<>(answer);
    }

    private static String given(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static List<String> list(@Nullable String ranges) {
        return Arrays.stream(given(ranges).split(","))
                .map(String::strip)
                .filter(range -> !range.isEmpty())
                .toList();
    }
}
