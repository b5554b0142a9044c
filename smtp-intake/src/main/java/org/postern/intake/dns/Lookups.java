package org.postern.intake.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.IDN;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// What one message makes us ask of name servers: so many questions, and all of them in so much
/// time. For one thread.
public final class Lookups {

    private static final int MOST_ALIASES = 8;
    private static final int MOST_RECORDS = 200;
    private static final int MOST_TEXT_BYTES = 16 * 1024;
    private static final int EDNS_BYTES = 1232; // what passes everywhere in one piece

    /// Without the zone's own word: RFC 2308, section 5 would not keep it at all.
    private static final Duration NOTHING_THERE = Duration.ofSeconds(30);

    private static final Duration NOTHING_THERE_AT_MOST = Duration.ofMinutes(5);

    private final DnsProperties properties;
    private final List<InetSocketAddress> servers;
    private final AnswerCache cache;
    private final SecureRandom random;
    private final long end;
    private int queries;

    Lookups(
            DnsProperties properties,
            List<InetSocketAddress> servers,
            AnswerCache cache,
            SecureRandom random) {
        this.properties = properties;
        this.servers = servers;
        this.cache = cache;
        this.random = random;
        this.end = System.nanoTime() + properties.messageTimeout().toNanos();
    }

    /// The TXT records of a name, the strings of each joined as DKIM (RFC 6376, section 3.6.2.2),
    /// SPF (RFC 7208, section 3.3) and DMARC have it. None if there is no such name.
    public List<String> texts(String name) throws DnsFailedException {
        List<String> texts = new ArrayList<>();
        for (Record found : records(name, Type.TXT)) {
            StringBuilder text = new StringBuilder();
            for (byte[] part : ((TXTRecord) found).getStringsAsByteArrays()) {
                text.append(new String(part, UTF_8));
            }
            texts.add(text.toString());
        }
        return texts;
    }

    /// The records of a name, aliases followed. None if there is no such name.
    ///
    /// @param type as [Type] counts them
    public List<Record> records(String name, int type) throws DnsFailedException {
        Optional<Name> asked = absolute(name);
        if (asked.isEmpty()) {
            return List.of(); // what cannot be a name has no records
        }
        Set<Name> seen = new HashSet<>();
        Name current = asked.get();
        while (seen.add(current) && seen.size() <= MOST_ALIASES) {
            List<Record> found = ask(current, type);
            if (found.isEmpty() || found.getFirst().getType() == type) {
                return found;
            }
            current = ((CNAMERecord) found.getFirst()).getTarget();
        }
        throw new DnsFailedException("aliases without end");
    }

    private static Optional<Name> absolute(String name) {
        try {
            String ascii = name.chars().allMatch(c -> c < 0x80) ? name : IDN.toASCII(name);
            return Optional.of(Name.fromString(ascii, Name.root));
        } catch (TextParseException | IllegalArgumentException noName) {
            return Optional.empty();
        }
    }

    /// Records of this type, or the one alias that stands in their place.
    private List<Record> ask(Name name, int type) throws DnsFailedException {
        Optional<List<Record>> known = cache.find(name, type);
        if (known.isPresent()) {
            return known.get();
        }
        String reason = "no name server is known";
        for (int attempt = 0; attempt < properties.attempts(); attempt++) {
            for (InetSocketAddress server : servers) {
                Message question = question(name, type);
                try {
                    Message answer = new Exchange(server, question, nextEnd()).run();
                    int code = answer.getRcode();
                    if (code == Rcode.NOERROR || code == Rcode.NXDOMAIN) {
                        return keep(name, type, answer);
                    }
                    reason = Rcode.string(code);
                } catch (IOException e) {
                    reason = String.valueOf(e.getMessage());
                }
            }
        }
        throw new DnsFailedException(reason);
    }

    private Message question(Name name, int type) throws DnsFailedException {
        if (++queries > properties.maxQueries()) {
            throw new DnsFailedException("more questions than one message is worth");
        }
        Message question = new Message();
        Header header = question.getHeader();
        header.setID(random.nextInt(0x10000));
        header.setFlag(Flags.RD);
        question.addRecord(Record.newRecord(name, type, DClass.IN), Section.QUESTION);
        question.addRecord(new OPTRecord(EDNS_BYTES, 0, 0), Section.ADDITIONAL);
        return question;
    }

    private long nextEnd() throws DnsFailedException {
        long now = System.nanoTime();
        // Sockets count in milliseconds: with less than one left there is no time to wait.
        if (end - now < Duration.ofMillis(1).toNanos()) {
            throw new DnsFailedException("more time than one message is worth");
        }
        return now + Math.min(end - now, properties.queryTimeout().toNanos());
    }

    /// Takes of the answer what is about the question and nothing else: whatever a server adds is
    /// its own idea.
    private List<Record> keep(Name name, int type, Message answer) throws DnsFailedException {
        List<Record> section = answer.getSection(Section.ANSWER);
        List<Record> found = ofType(section, name, type);
        if (found.isEmpty()) {
            found = ofType(section, name, Type.CNAME).stream().limit(1).toList();
        }
        requireBearable(found);
        Duration time =
                found.stream()
                        .map(each -> Duration.ofSeconds(each.getTTL()))
                        .min(Duration::compareTo)
                        .orElseGet(() -> timeOfNothing(answer));
        cache.keep(name, type, found, time);
        return found;
    }

    private static List<Record> ofType(List<Record> section, Name name, int type) {
        return section.stream()
                .filter(each -> each.getName().equals(name))
                .filter(each -> each.getType() == type && each.getDClass() == DClass.IN)
                .toList();
    }

    private static void requireBearable(List<Record> found) throws DnsFailedException {
        int text =
                found.stream()
                        .filter(TXTRecord.class::isInstance)
                        .flatMap(each -> ((TXTRecord) each).getStringsAsByteArrays().stream())
                        .mapToInt(part -> part.length)
                        .sum();
        if (found.size() > MOST_RECORDS || text > MOST_TEXT_BYTES) {
            throw new DnsFailedException("an answer larger than anybody needs");
        }
    }

    /// RFC 2308, section 5.
    private static Duration timeOfNothing(Message answer) {
        return answer.getSection(Section.AUTHORITY).stream()
                .filter(SOARecord.class::isInstance)
                .map(SOARecord.class::cast)
                .map(soa -> Duration.ofSeconds(Math.min(soa.getTTL(), soa.getMinimum())))
                .map(time ->
                        time.compareTo(NOTHING_THERE_AT_MOST) > 0 ? NOTHING_THERE_AT_MOST : time)
                .findFirst()
                .orElse(NOTHING_THERE);
    }
}
