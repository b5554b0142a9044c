package org.postern.intake.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;

/// One question and its answer, by UDP and, if that was cut off, by TCP (RFC 1035, section 4.2; RFC
/// 7766, section 5).
///
/// An answer counts if it comes from the server asked, to the port and under the number of the
/// question, and repeats the question (RFC 5452, section 9.1). Whatever else arrives is passed over
/// and the true answer waited for: who cannot see the question must not be able to end it either.
final class Exchange {

    /// Large enough for what we announce by EDNS (RFC 6891, section 6.2.3); what is longer is
    /// malformed then.
    private static final int MOST_UDP_BYTES = 4096;

    private final InetSocketAddress server;
    private final Message question;
    private final long end;

    /// @param end when to give up, as [System#nanoTime] counts
    Exchange(InetSocketAddress server, Message question, long end) {
        this.server = server;
        this.question = question;
        this.end = end;
    }

    Message run() throws IOException {
        Message answer = byUdp();
        return answer.getHeader().getFlag(Flags.TC) ? byTcp() : answer;
    }

    private Message byUdp() throws IOException {
        byte[] sent = question.toWire();
        byte[] buffer = new byte[MOST_UDP_BYTES];
        // The port is any free one, chosen by the kernel at random; connected, so that it drops
        // what others send.
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            socket.send(new DatagramPacket(sent, sent.length));
            while (true) {
                socket.setSoTimeout(millisLeft());
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] received = new byte[packet.getLength()];
                System.arraycopy(buffer, 0, received, 0, received.length);
                Optional<Message> answer = answer(received);
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
        }
    }

    private Message byTcp() throws IOException {
        byte[] sent = question.toWire();
        try (Socket socket = new Socket()) {
            socket.connect(server, millisLeft());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] framed = new byte[sent.length + 2];
            framed[0] = (byte) (sent.length >> 8);
            framed[1] = (byte) sent.length;
            System.arraycopy(sent, 0, framed, 2, sent.length);
            out.write(framed);
            out.flush();
            byte[] received = read(socket);
            return answer(received)
                    .orElseThrow(() -> new IOException("an answer to another question"));
        }
    }

    private byte[] read(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        socket.setSoTimeout(millisLeft());
        byte[] received = new byte[in.readUnsignedShort()];
        int length = 0;
        while (length < received.length) {
            socket.setSoTimeout(millisLeft()); // however slowly it trickles
            int count = in.read(received, length, received.length - length);
            if (count < 0) {
                throw new IOException("an answer that ends too soon");
            }
            length += count;
        }
        return received;
    }

    private Optional<Message> answer(byte[] received) {
        try {
            Message answer = new Message(received);
            Record asked = question.getQuestion();
            Record repeated = answer.getQuestion();
            boolean ours =
                    answer.getHeader().getID() == question.getHeader().getID()
                            && answer.getHeader().getFlag(Flags.QR)
                            && answer.getHeader().getOpcode() == question.getHeader().getOpcode()
                            && repeated != null
                            && repeated.getName().equals(asked.getName())
                            && repeated.getType() == asked.getType()
                            && repeated.getDClass() == asked.getDClass();
            return ours ? Optional.of(answer) : Optional.empty();
        } catch (IOException | RuntimeException malformed) {
            return Optional.empty();
        }
    }

    private int millisLeft() throws SocketTimeoutException {
        long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        if (left <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }
}
