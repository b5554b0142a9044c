package org.postern.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postern.intake.IntakeProperties.Patience;

/// One client's connection as SubEthaSMTP is given it: a socket whose input names one verb at a
/// time (see [CommandFeed]) and whose output waits (see [ReplyOutput]). The real bytes, the
/// deadlines and TLS stay in here.
final class Connection extends Socket {

    private static final int LINGER_MILLIS = 1_000;
    private static final int LINGER_BYTES = 1 << 20;
    private static final int LAST_WORDS_BYTES = 7; // an alert in clear

    private final Socket raw;
    private final boolean implicitTls;
    private final Patience patience;
    private final Wire wire = new Wire(this);
    private final ReplyOutput replies = new ReplyOutput(this);
    private final IntakeSession session;
    private final CommandFeed feed;
    private final ReentrantLock speaking = new ReentrantLock();

    private volatile InetAddress source;
    private volatile Socket current;
    private volatile @Nullable SSLSession tls;
    private volatile long cutAt = Long.MAX_VALUE;
    private volatile boolean closing;
    private volatile boolean overdue;
    private boolean idle;
    private boolean dismissed;

    Connection(Socket raw, boolean implicitTls, Surroundings surroundings) throws IOException {
        this.raw = raw;
        this.implicitTls = implicitTls;
        this.patience = surroundings.properties().patience();
        this.current = raw;
        this.source = raw.getInetAddress();
        this.session = new IntakeSession(this, surroundings);
        this.feed = new CommandFeed(this, surroundings.properties());
        raw.setTcpNoDelay(true); // replies are collected already
    }

    IntakeSession session() {
        return session;
    }

    Wire wire() {
        return wire;
    }

    ReplyOutput replies() {
        return replies;
    }

    CommandFeed feed() {
        return feed;
    }

    /// Whose connection it is: the client's address, also behind a load balancer.
    InetAddress source() {
        return source;
    }

    /// Reads what a load balancer says about its client, before anything else.
    ///
    /// @throws IOException if it says nothing that makes sense
    void readProxyHeader() throws IOException {
        raw.setSoTimeout(millis(patience.requestDeadline()));
        cutAfter(patience.requestDeadline());
        try {
            ProxyHeader.read(raw.getInputStream()).ifPresent(client -> source = client);
        } finally {
            cutAt = Long.MAX_VALUE;
        }
    }

    boolean isImplicitTls() {
        return implicitTls;
    }

    /// What was agreed in the handshake, once there was one.
    Optional<SSLSession> tls() {
        return Optional.ofNullable(tls);
    }

    /// Whether the client has sent anything that was not read: here or in the kernel.
    boolean hasUnread() throws IOException {
        return wire.hasBytes() || current.getInputStream().available() > 0;
    }

    /// Makes the handshake. From now on nothing is sent or read in clear.
    void startTls(SSLContext context) throws IOException {
        replies.send();
        SSLSocket over = IntakeTls.over(raw, context);
        over.setSoTimeout(millis(patience.requestDeadline()));
        cutAfter(patience.requestDeadline());
        try {
            over.startHandshake();
        } finally {
            cutAt = Long.MAX_VALUE;
        }
        // Renegotiation is TLS 1.2's way to a second handshake at our cost (RFC 9325, section 3.5).
        // It is refused (IntakeTls) unless the JDK had made a handshake before it was told to.
        over.addHandshakeCompletedListener(_ -> cut());
        current = over;
        tls = over.getSession();
    }

    int read(byte[] into, Deadline deadline) throws IOException {
        replies.send();
        int millis = deadline.millisLeft();
        current.setSoTimeout(millis);
        // A TLS record that trickles in restarts the socket's own timeout with every byte.
        cutAfter(Duration.ofMillis(millis));
        try {
            return current.getInputStream().read(into);
        } finally {
            cutAt = Long.MAX_VALUE;
        }
    }

    /// Sockets have no timeout for writing: whoever does not read what we say is cut off.
    void write(byte[] bytes) throws IOException {
        speaking.lock();
        try {
            cutAfter(patience.requestDeadline());
            OutputStream out = current.getOutputStream();
            out.write(bytes);
            out.flush();
        } finally {
            cutAt = Long.MAX_VALUE;
            speaking.unlock();
        }
    }

    private void cutAfter(Duration time) {
        cutAt = System.nanoTime() + time.toNanos() + 1_000_000_000L;
    }

    /// Cuts off a client that took longer than it may, whatever it is that hangs.
    void cutIfOverdue() throws IOException {
        long at = cutAt;
        if (at != Long.MAX_VALUE && System.nanoTime() - at > 0) {
            overdue = true;
            raw.close();
        }
    }

    /// Whether it was cut because it took too long.
    boolean wasOverdue() {
        return overdue;
    }

    /// What arrived and nobody has read, of a connection that cannot be written to any more.
    byte[] lastWords() {
        try {
            raw.setSoTimeout(1);
            return raw.getInputStream().readNBytes(LAST_WORDS_BYTES);
        } catch (IOException none) {
            return new byte[0];
        }
    }

    /// Closes without a word.
    void cut() {
        closing = true;
        try {
            raw.close();
        } catch (IOException _) {
            // it is closed
        }
    }

    /// The client may be sent away while it says nothing. False if that has happened.
    boolean beIdle() {
        speaking.lock();
        try {
            idle = !dismissed;
            return idle;
        } finally {
            speaking.unlock();
        }
    }

    /// The client said something. False if it was sent away meanwhile.
    boolean beBusy() {
        speaking.lock();
        try {
            idle = false;
            return !dismissed;
        } finally {
            speaking.unlock();
        }
    }

    /// Sends an idle client away; one with a transaction under way is let finish it.
    void dismiss() throws IOException {
        speaking.lock();
        try {
            if (idle && !dismissed) {
                dismissed = true;
                replies.line(Reply.CLOSING.line());
                close();
            }
        } finally {
            speaking.unlock();
        }
    }

    @Override
    public InputStream getInputStream() {
        return feed;
    }

    @Override
    public OutputStream getOutputStream() {
        return replies;
    }

    /// Says what is still to be said, then closes. A client that goes on sending would make the
    /// kernel answer with a reset, and the last reply might never be read: so a little more is read
    /// first.
    @Override
    public void close() throws IOException {
        if (closing) {
            return;
        }
        closing = true;
        try {
            replies.send();
            cutAfter(Duration.ofMillis(LINGER_MILLIS));
            current.shutdownOutput();
            linger();
        } catch (IOException | UnsupportedOperationException _) {
            // the client has gone, and so do we
        } finally {
            cutAt = Long.MAX_VALUE;
            raw.close();
        }
    }

    private void linger() throws IOException {
        raw.setSoTimeout(LINGER_MILLIS);
        InputStream in = raw.getInputStream();
        byte[] ignored = new byte[4 * 1024];
        int total = 0;
        int count = in.read(ignored);
        while (count >= 0 && total < LINGER_BYTES) {
            total += count;
            count = in.read(ignored);
        }
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        // each read has its own
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return raw.isClosed();
    }

    @Override
    public InetAddress getInetAddress() {
        return raw.getInetAddress();
    }

    @Override
    public int getPort() {
        return raw.getPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return raw.getRemoteSocketAddress();
    }

    private static int millis(Duration time) {
        return (int) time.toMillis();
    }
}
