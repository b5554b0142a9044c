package org.postern.intake.dmarc;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.james.jspf.core.DNSRequest;
import org.apache.james.jspf.core.DNSService;
import org.apache.james.jspf.core.exceptions.TimeoutException;
import org.apache.james.jspf.impl.SPF;
import org.postern.db.EmailAddress;
import org.postern.intake.dns.DnsFailedException;
import org.postern.intake.dns.Lookups;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Whether a domain has its mail sent from an address: SPF (RFC 7208), judged by jSPF with our
/// questions. Asked about verified domains only: what jSPF makes of a record that means harm was
/// not looked into.
public final class Spf {

    private static final Logger log = LoggerFactory.getLogger(Spf.class);

    private Spf() {}

    public static SpfResult check(
            InetAddress client, EmailAddress sender, String helo, Lookups lookups) {
        try {
            String result =
                    new SPF(new Questions(lookups))
                            .checkSPF(client.getHostAddress(), sender.text(), helo)
                            .getResult();
            return SpfResult.valueOf(result.toUpperCase(Locale.ROOT));
        } catch (RuntimeException e) {
            log.warn("a policy for senders makes no sense: domain={}", sender.domain());
            return SpfResult.PERMERROR;
        }
    }

    /// jSPF asks here.
    private record Questions(Lookups lookups) implements DNSService {

        private static final int MOST = 10; // RFC 7208, section 4.6.4

        @Override
        public List<String> getRecords(DNSRequest request) throws TimeoutException {
            try {
                return ask(request);
            } catch (DnsFailedException e) {
                throw new TimeoutException(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public CompletionStage<List<String>> getRecordsAsync(DNSRequest request) {
            try {
                return CompletableFuture.completedFuture(getRecords(request));
            } catch (TimeoutException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private List<String> ask(DNSRequest request) throws DnsFailedException {
            String name = request.getHostname();
            return switch (request.getRecordType()) {
                case DNSRequest.TXT -> lookups.texts(name);
                case DNSRequest.A -> texts(name, Type.A);
                case DNSRequest.AAAA -> texts(name, Type.AAAA);
                case DNSRequest.MX -> texts(name, Type.MX);
                case DNSRequest.PTR -> texts(name, Type.PTR);
                default -> List.of(); // the type SPF is given up: RFC 7208, section 3.1
            };
        }

        private List<String> texts(String name, int type) throws DnsFailedException {
            List<String> texts = new ArrayList<>();
            for (Record each : lookups.records(name, type)) {
                switch (each) {
                    case ARecord a -> texts.add(a.getAddress().getHostAddress());
                    case AAAARecord a -> texts.add(a.getAddress().getHostAddress());
                    case MXRecord mx -> texts.add(mx.getTarget().toString(true));
                    case PTRRecord pointer -> texts.add(pointer.getTarget().toString(true));
                    default -> throw new IllegalStateException("not asked for");
                }
            }
            return texts;
        }

        @Override
        public List<String> getLocalDomainNames() {
            return List.of();
        }

        @Override
        public void setTimeOut(int seconds) {
            // ours counts
        }

        @Override
        public int getRecordLimit() {
            return MOST;
        }

        @Override
        public void setRecordLimit(int limit) {
            // ours counts
        }
    }
}
