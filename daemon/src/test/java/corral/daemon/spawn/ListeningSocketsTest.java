package corral.daemon.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.config.BindAddress;
import corral.daemon.config.ListenConfig;
import corral.daemon.os.Native;
import corral.daemon.os.SocketException;
import corral.daemon.os.Sockets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets: which addresses are open for which launches. */
class ListeningSocketsTest {
    private static final ListeningSockets.Owner WEB = new ListeningSockets.Owner("web", "web");

    @TempDir
    private Path dir;

    private final Native os = Native.load();
    private final ListeningSockets sockets = new ListeningSockets(new Sockets(os), Inherited.nothing(os));

    @AfterEach
    void closeAll() {
        sockets.releaseAll();
    }

    private ListenConfig config(String... names) {
        List<BindAddress> binds = List.of(names).stream()
                .<BindAddress>map(name -> new BindAddress.Unix(dir.resolve(name).toString()))
                .toList();
        return new ListenConfig(binds, 16, false, 0600, OptionalInt.empty(), OptionalInt.empty());
    }

    private boolean isOpen(String name) {
        return Files.exists(dir.resolve(name));
    }

    @Test
    void aSuccessorHasTheSameDescriptors() throws Exception {
        List<Integer> first = sockets.open(WEB, 1, config("a", "b"));
        assertThat(sockets.open(WEB, 2, config("b", "a"))).containsExactly(first.get(1), first.get(0));
        sockets.ended(1);
        sockets.ended(2);
        assertThat(isOpen("a")).isTrue();
    }

    @Test
    void anAddressGoesWithTheLastOneThatHasIt() throws Exception {
        List<Integer> first = sockets.open(WEB, 1, config("a", "b"));
        List<Integer> next = sockets.open(WEB, 2, config("b", "c"));
        assertThat(next.get(0)).isEqualTo(first.get(1));
        assertThat(isOpen("a")).isTrue();
        sockets.ended(1);
        assertThat(isOpen("a")).isFalse();
        assertThat(isOpen("c")).isTrue();
    }

    @Test
    void aFailedSuccessorTakesItsNewAddressesAway() throws Exception {
        sockets.open(WEB, 1, config("a"));
        sockets.open(WEB, 2, config("a", "b"));
        sockets.ended(2);
        assertThat(isOpen("a")).isTrue();
        assertThat(isOpen("b")).isFalse();
    }

    @Test
    void whatNobodyNeedsAnyMoreIsClosedAtTheNextLaunch() throws Exception {
        sockets.open(WEB, 1, config("a"));
        sockets.ended(1);
        sockets.open(WEB, 2, config("b"));
        assertThat(isOpen("a")).isFalse();
    }

    @Test
    void whatBelongsToAGroupGoesWithIt() throws Exception {
        sockets.open(WEB, 1, config("a"));
        sockets.open(new ListeningSockets.Owner("web", "other"), 2, config("b"));
        sockets.open(new ListeningSockets.Owner("else", "other"), 3, config("c"));
        sockets.release("web");
        assertThat(isOpen("a")).isFalse();
        assertThat(isOpen("b")).isFalse();
        assertThat(isOpen("c")).isTrue();
    }

    @Test
    void allOrNoneAreOpened() throws Exception {
        sockets.open(WEB, 1, config("a"));
        Files.writeString(dir.resolve("taken"), "no socket");
        assertThatThrownBy(() -> sockets.open(WEB, 2, config("a", "b", "taken")))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("is not a socket");
        assertThat(isOpen("b")).isFalse();
        assertThat(isOpen("a")).isTrue();
    }
}
