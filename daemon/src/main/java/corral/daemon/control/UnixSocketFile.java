package corral.daemon.control;

import corral.daemon.config.HttpServerConfig.Address;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The file of a Unix socket (spec/supervisor.md 2.2). The socket is bound under a temporary name, given its mode, and
 * only then linked to its real name, so that it never appears there half made and never displaces a live one.
 */
final class UnixSocketFile {
    private static final int MAX_ATTEMPTS = 20;

    private final Address.Unix address;
    private final Path file;
    private final Path temporary;
    /** As Java's sockets name users, and as Netty's do. */
    private final Set<UserPrincipal> admitted = new HashSet<>();

    private final Set<Integer> admittedUids = new HashSet<>();
    private Object identity;

    /**
     * Names the files.
     *
     * @param pid the daemon's, part of the temporary name
     */
    UnixSocketFile(Address.Unix address, long pid) {
        this.address = address;
        file = Path.of(address.path());
        temporary = Path.of(address.path() + "." + pid);
    }

    /** Clears the temporary name, at which to bind. */
    Path prepare() throws IOException {
        Files.deleteIfExists(temporary);
        return temporary;
    }

    /**
     * Gives the bound socket its mode, name and owner.
     *
     * @throws ControlServerException when a live server has the name, or the owner may not be changed
     */
    void publish() throws IOException, ControlServerException {
        try {
            UserPrincipal creator = Files.getOwner(temporary);
            Files.setAttribute(temporary, "unix:mode", address.mode());
            link();
            own(creator, temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * The socket listens already, under its real name.
     *
     * @param ours whether its file gets mode and owner, and is removed at the end
     */
    void take(boolean ours) throws IOException, ControlServerException {
        // Of the directory of a process the effective user is the owner, always.
        Path self = Path.of("/proc/self");
        if (ours) {
            Files.setAttribute(file, "unix:mode", address.mode());
            own(Files.getOwner(self), self);
        } else {
            admit(Files.getOwner(self), self);
        }
    }

    private void own(UserPrincipal creator, Path creators) throws IOException, ControlServerException {
        identity = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        chown(creator);
        admit(creator, creators);
    }

    /** Root, the daemon's user, who also owns {@code creators}, and the owner of the file. */
    private void admit(UserPrincipal creator, Path creators) throws IOException {
        // Nobody is called "0", so it is taken as the number: root may have another name.
        admitted.add(file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("0"));
        admitted.add(creator);
        admitted.add(Files.getOwner(file));
        admittedUids.add(0);
        admittedUids.add((Integer) Files.getAttribute(creators, "unix:uid"));
        admittedUids.add((Integer) Files.getAttribute(file, "unix:uid"));
    }

    /**
     * Whether a user may be served: where only the owner has access, root, the daemon's user and the owner. The mode
     * says the same; this also holds for descriptors passed on and for the moment before the mode was set.
     */
    boolean admits(UserPrincipal user) {
        return isOpenToOthers() || admitted.contains(user);
    }

    /** The same by number. */
    boolean admits(int uid) {
        return isOpenToOthers() || admittedUids.contains(uid);
    }

    private boolean isOpenToOthers() {
        return (address.mode() & 077) != 0;
    }

    /** Removes the file, unless another has taken its place. */
    void remove() {
        try {
            Object now = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            if (identity != null && identity.equals(now)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // Gone already, or out of reach: the next start will find it stale.
            return;
        }
    }

    private void link() throws IOException, ControlServerException {
        for (int attempt = 0; ; attempt++) {
            try {
                Files.createLink(file, temporary);
                return;
            } catch (FileAlreadyExistsException e) {
                if (attempt == MAX_ATTEMPTS || isLive()) {
                    throw new ControlServerException(ControlServerException.ALREADY_LISTENING, e);
                }
                unlinkStale();
            } catch (FileSystemException | UnsupportedOperationException e) {
                if (Files.notExists(temporary)
                        || Files.notExists(file.toAbsolutePath().getParent())) {
                    throw e;
                }
                moveInPlace(e);
                return;
            }
        }
    }

    /** For file systems without hard links, as some container mounts are. */
    private void moveInPlace(Exception why) throws IOException, ControlServerException {
        if (Files.exists(file)) {
            if (isLive()) {
                throw new ControlServerException(ControlServerException.ALREADY_LISTENING, why);
            }
            unlinkStale();
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void unlinkStale() throws IOException {
        System.err.println("Unlinking stale socket " + file);
        Files.deleteIfExists(file);
    }

    /** Whether somebody listens; not waiting, since a server with a full backlog lives too. */
    private boolean isLive() throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(file));
            return true;
        } catch (ConnectException | NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return Files.exists(file);
        }
    }

    private void chown(UserPrincipal creator) throws IOException, ControlServerException {
        try {
            chown("unix:uid", address.uid());
            chown("unix:gid", address.gid());
        } catch (FileSystemException e) {
            throw new ControlServerException(
                    String.format(
                            "Not permitted to chown %s to uid/gid (%d, %d); adjust \"sockchown\" value in config file or"
                                    + " on command line to values that the current user (%s) can successfully chown",
                            file, address.uid().orElse(-1), address.gid().orElse(-1), creator.getName()),
                    e);
        }
    }

    private void chown(String attribute, OptionalInt id) throws IOException {
        if (id.isPresent()) {
            Files.setAttribute(file, attribute, id.getAsInt());
        }
    }
}
