package org.postern.intake.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// An authoritative name server on loopback, by UDP and TCP, that can also be silent and lie.
public final class NameServer implements AutoCloseable {

    private static final int TXT_PIECE = 255;

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<Record> zone = new CopyOnWriteArrayList<>();
    private final Map<Name, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /// What it does with questions about a name.
    public enum Behaviour {
        HONEST,
        SILENT,
        SERVFAIL,
        REFUSED,
        /// Answers under another number first, saying something else, and then truly.
        FORGED_NUMBER_FIRST,
        /// Answers another question first, and then truly.
        FORGED_QUESTION_FIRST,
        /// Answers another question and no more.
        WRONG_QUESTION,
        /// Sends bytes that are no message.
        GARBAGE,
        /// Cuts off by UDP; all of it by TCP.
        TRUNCATED,
        /// Cuts off by UDP and hangs up by TCP.
        TRUNCATED_AND_NO_TCP,
        /// Adds records of other names, unasked.
        TALKATIVE
    }

    /// One number for both.
    private record Ports(DatagramSocket udp, ServerSocket tcp) {

        static Ports open() throws IOException {
            InetAddress here = InetAddress.ofLiteral("127.0.0.1");
            while (true) {
                ServerSocket tcp = new ServerSocket(0, 50, here);
                try {
                    return new Ports(new DatagramSocket(tcp.getLocalPort(), here), tcp);
                } catch (BindException taken) {
                    tcp.close();
                }
            }
        }
    }

    public NameServer() throws IOException {
        Ports ports = Ports.open();
        udp = ports.udp();
        tcp = ports.tcp();
        Thread.ofVirtual().start(this::serveUdp);
        Thread.ofVirtual().start(this::serveTcp);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) udp.getLocalSocketAddress();
    }

    /// Ours alone, and impatient.
    public DnsProperties properties() {
        return new DnsProperties(
                List.of(address()), Duration.ofMillis(400), 2, Duration.ofSeconds(10), 60, 1_000);
    }

    /// With which to ask it.
    public Dns dns() {
        return new Dns(properties(), Clock.systemUTC(), new SecureRandom());
    }

    /// Publishes records in the form of zone files, such as `example.com. 300 IN A 192.0.2.1`.
    public NameServer publish(String name, int type, long seconds, String text) {
        try {
            Name owner = name(name);
            zone.add(Record.fromString(owner, type, DClass.IN, seconds, text, Name.root));
            return this;
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /// Publishes one TXT record, in as many strings as it takes.
    public NameServer text(String name, String text) {
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < text.length(); i += TXT_PIECE) {
            pieces.add(text.substring(i, Math.min(text.length(), i + TXT_PIECE)));
        }
        zone.add(new TXTRecord(name(name), DClass.IN, 300, pieces));
        return this;
    }

    public void forget(String name) {
        zone.removeIf(each -> each.getName().equals(name(name)));
    }

    public NameServer behave(String name, Behaviour behaviour) {
        behaviours.put(name(name), behaviour);
        return this;
    }

    /// Every question, as `name TYPE udp`.
    public List<String> asked() {
        return List.copyOf(asked);
    }

    private static Name name(String text) {
        return Name.fromConstantString(text.endsWith(".") ? text : text + ".");
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                byte[] received = Arrays.copyOf(packet.getData(), packet.getLength());
                for (byte[] answer : answers(received, "udp")) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // closed, or a client that has gone
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket socket = tcp.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                byte[] received = in.readNBytes(in.readUnsignedShort());
                for (byte[] answer : answers(received, "tcp")) {
                    out.writeShort(answer.length);
                    out.write(answer);
                    out.flush();
                }
            } catch (IOException e) {
                // closed, or a client that has gone
            }
        }
    }

    private List<byte[]> answers(byte[] received, String by) throws IOException {
        Message question = new Message(received);
        Record about = question.getQuestion();
        asked.add(
                about.getName().toString(true).toLowerCase(Locale.ROOT)
                        + " "
                        + Type.string(about.getType())
                        + " "
                        + by);
        Message truth = truth(question, about);
        boolean overUdp = by.equals("udp");
        return switch (behaviours.getOrDefault(about.getName(), Behaviour.HONEST)) {
            case HONEST -> List.of(overUdp ? cutIfLong(truth) : truth.toWire());
            case SILENT -> List.of();
            case SERVFAIL -> List.of(failure(question, Rcode.SERVFAIL));
            case REFUSED -> List.of(failure(question, Rcode.REFUSED));
            case FORGED_NUMBER_FIRST -> {
                Message forged = lie(question, about.getName());
                forged.getHeader().setID(question.getHeader().getID() ^ 1);
                yield List.of(forged.toWire(), truth.toWire());
            }
            case FORGED_QUESTION_FIRST ->
                    List.of(lie(question, name("other.example")).toWire(), truth.toWire());
            case WRONG_QUESTION -> List.of(lie(question, name("other.example")).toWire());
            case GARBAGE -> List.of(new byte[] {received[0], received[1], 1, 2, 3});
            case TRUNCATED -> List.of(overUdp ? cut(question) : truth.toWire());
            case TRUNCATED_AND_NO_TCP -> overUdp ? List.of(cut(question)) : List.of();
            case TALKATIVE -> {
                truth.addRecord(
                        new TXTRecord(name("victim.example"), DClass.IN, 300, "v=lie"),
                        Section.ANSWER);
                yield List.of(truth.toWire());
            }
        };
    }

    private Message truth(Message question, Record about) {
        Message answer = reply(question, about);
        boolean nameIsThere = false;
        for (Record each : zone) {
            if (each.getName().equals(about.getName())) {
                nameIsThere = true;
                if (each.getType() == about.getType() || each.getType() == Type.CNAME) {
                    answer.addRecord(each, Section.ANSWER);
                }
            }
        }
        if (!nameIsThere) {
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
        }
        return answer;
    }

    private static Message reply(Message question, Record about) {
        Message answer = new Message(question.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.AA);
        answer.getHeader().setFlag(Flags.RA);
        answer.addRecord(about, Section.QUESTION);
        return answer;
    }

    private static Message lie(Message question, Name about) {
        Message answer = reply(question, Record.newRecord(about, Type.TXT, DClass.IN));
        answer.addRecord(new TXTRecord(about, DClass.IN, 300, "v=lie"), Section.ANSWER);
        return answer;
    }

    private static byte[] failure(Message question, int code) {
        Message answer = reply(question, question.getQuestion());
        answer.getHeader().setRcode(code);
        return answer.toWire();
    }

    private static byte[] cut(Message question) {
        Message answer = reply(question, question.getQuestion());
        answer.getHeader().setFlag(Flags.TC);
        return answer.toWire();
    }

    private static byte[] cutIfLong(Message truth) {
        byte[] whole = truth.toWire(65_535);
        return whole.length <= 1232 ? whole : cut(truth);
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
