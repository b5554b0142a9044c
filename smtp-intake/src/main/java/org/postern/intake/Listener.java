package org.postern.intake;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;

/// Listens on one port and gives SubEthaSMTP our own connections.
final class Listener extends ServerSocket {

    private final boolean implicitTls;
    private final Surroundings surroundings;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean refusing;

    Listener(boolean implicitTls, Surroundings surroundings) throws IOException {
        this.implicitTls = implicitTls;
        this.surroundings = surroundings;
    }

    @Override
    public Socket accept() throws IOException {
        Socket raw = null;
        while (raw == null) {
            try {
                raw = super.accept();
            } catch (IOException e) {
                if (!refusing) {
                    throw e;
                }
                awaitClose();
                throw e;
            }
        }
        try {
            return new Connection(raw, implicitTls, surroundings);
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    /// Takes no more connections. SubEthaSMTP would call a closed port an error and end the
    /// sessions there are; so it learns of it only when it closes the port itself.
    void refuse() throws IOException {
        refusing = true;
        super.close();
    }

    private void awaitClose() throws SocketException {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketException("closed");
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        super.close();
    }
}
