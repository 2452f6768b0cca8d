package corral.server.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.server.options.ReloadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With real files. That something is ignored is seen by what comes next: a later change that counts is told of alone.
 */
class FileWatcherTest {
    private static final List<String> EXCLUDES = List.of(".*", ".py[cod]", ".sw.*", "~*");
    private static final long DELAY_MS = 20;

    @TempDir
    private Path temporary;

    private Path root;
    private final BlockingQueue<Set<Path>> told = new LinkedBlockingQueue<>();
    private FileWatcher watcher;

    @BeforeEach
    void makeProject() throws IOException {
        root = Files.createDirectory(temporary.toRealPath().resolve("project"));
        Files.createDirectories(root.resolve("pkg/deep"));
        write("main.py");
        write("pkg/deep/views.py");
    }

    @AfterEach
    void stop() throws IOException {
        if (watcher != null) {
            watcher.close();
            assertThat(threads()).isEmpty();
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter("reload"::equals)
                .toList();
    }

    private Path write(String name) throws IOException {
        return Files.writeString(root.resolve(name), "x = " + System.nanoTime() + "\n");
    }

    private void watch() throws IOException {
        watch(List.of("*.py"), EXCLUDES, List.of());
    }

    private void watch(List<String> includes, List<String> excludes, List<String> extra) throws IOException {
        watcher =
                new FileWatcher(new ReloadOptions(true, List.of(root), includes, excludes, extra, DELAY_MS), told::add);
    }

    /** Everything told until the file is among it. */
    private Set<Path> until(Path file) throws InterruptedException {
        Set<Path> all = new TreeSet<>();
        while (!all.contains(file)) {
            Set<Path> next = told.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("told of %s after %s", file, all).isNotNull();
            all.addAll(next);
        }
        return all;
    }

    @Test
    void changedFileIsToldOf() throws Exception {
        watch();
        Path file = write("main.py");
        assertThat(until(file)).containsExactly(file);
    }

    @Test
    void filesInDirectoriesBelowCount() throws Exception {
        watch();
        Path file = write("pkg/deep/views.py");
        assertThat(until(file)).containsExactly(file);
    }

    @Test
    void newAndRemovedFilesCount() throws Exception {
        watch();
        Path created = write("fresh.py");
        until(created);
        Files.delete(created);
        assertThat(until(created)).containsExactly(created);
    }

    @Test
    void fileInNewDirectoryCountsEvenIfItWasThereFirst() throws Exception {
        Path outside = Files.createDirectories(temporary.toRealPath().resolve("moved/inner"));
        Files.writeString(outside.resolve("app.py"), "x = 1\n");
        watch();
        Files.move(outside.getParent(), root.resolve("moved"));
        Path file = root.resolve("moved/inner/app.py");
        assertThat(until(file)).containsExactly(file);
        Path second = write("moved/inner/second.py");
        assertThat(until(second)).containsExactly(second);
    }

    @Test
    void directoryThatWentAwayIsForgottenAndMayComeBack() throws Exception {
        watch();
        Path elsewhere = temporary.toRealPath().resolve("elsewhere");
        Files.move(root.resolve("pkg"), elsewhere);
        Files.writeString(elsewhere.resolve("deep/views.py"), "x = 2\n");
        Path sentinel = write("main.py");
        assertThat(until(sentinel)).doesNotContain(root.resolve("pkg/deep/views.py"));
        Files.move(elsewhere, root.resolve("pkg"));
        until(root.resolve("pkg/deep/views.py"));
        Path back = write("pkg/deep/views.py");
        assertThat(until(back)).contains(back);
    }

    @Test
    void whatIsExcludedOrNotIncludedIsIgnored() throws Exception {
        watch();
        write("notes.txt");
        write(".hidden.py");
        write("~backup.py");
        Files.createDirectories(root.resolve("__pycache__"));
        write("__pycache__/main.py");
        Files.createDirectories(root.resolve(".venv/lib"));
        write(".venv/lib/site.py");
        Path sentinel = write("main.py");
        assertThat(until(sentinel)).containsExactly(sentinel);
    }

    @Test
    void virtualEnvironmentIsNotWatchedWhateverItsName() throws Exception {
        Files.createDirectories(root.resolve("myenv/lib"));
        Files.writeString(root.resolve("myenv/pyvenv.cfg"), "home = /usr/bin\n");
        watch();
        write("myenv/lib/site.py");
        Path sentinel = write("main.py");
        assertThat(until(sentinel)).containsExactly(sentinel);
    }

    @Test
    void globsMayNameRelativePaths() throws Exception {
        watch(List.of("*.py", "pkg/*.html"), List.of("pkg/deep"), List.of());
        write("page.html");
        write("pkg/deep/views.py");
        Path page = write("pkg/page.html");
        assertThat(until(page)).containsExactly(page);
    }

    @Test
    void bracesAreNothingSpecial() throws Exception {
        watch(List.of("{a}.txt"), List.of(), List.of());
        write("a.txt");
        Path file = write("{a}.txt");
        assertThat(until(file)).containsExactly(file);
    }

    @Test
    void saveByRenameCountsOnceForTheFileItself() throws Exception {
        watch();
        Path swap = write(".main.py.swp");
        Files.move(swap, root.resolve("main.py"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(until(root.resolve("main.py"))).containsExactly(root.resolve("main.py"));
    }

    @Test
    void changesOfOneBurstAreToldTogether() throws Exception {
        watcher = new FileWatcher(
                new ReloadOptions(true, List.of(root), List.of("*.py"), EXCLUDES, List.of(), 500), told::add);
        Path one = write("main.py");
        Path two = write("second.py");
        Path three = write("pkg/deep/views.py");
        assertThat(told.poll(20, TimeUnit.SECONDS)).containsExactlyInAnyOrder(one, two, three);
    }

    @Test
    void furtherFilesCountWhateverTheyAreCalled() throws Exception {
        Path settings = Files.createDirectory(temporary.toRealPath().resolve("settings"));
        Path literal = Files.writeString(settings.resolve("app.toml"), "");
        watch(
                List.of("*.py"),
                EXCLUDES,
                List.of(literal.toString(), settings.resolve("*.yml").toString()));
        Files.writeString(settings.resolve("other.toml"), "a = 1\n");
        Path matched = Files.writeString(settings.resolve("x.yml"), "a: 1\n");
        assertThat(until(matched)).containsExactly(matched);
        Files.writeString(literal, "b = 1\n");
        assertThat(until(literal)).containsExactly(literal);
    }

    @Test
    void failingCallbackDoesNotEndTheWatching() throws Exception {
        watcher = new FileWatcher(
                new ReloadOptions(true, List.of(root), List.of("*.py"), EXCLUDES, List.of(), DELAY_MS), changed -> {
                    told.add(changed);
                    throw new IllegalStateException("for the test");
                });
        until(write("main.py"));
        until(write("second.py"));
    }

    @Test
    void mayBeClosedByItsOwnCallback() throws Exception {
        BlockingQueue<FileWatcher> self = new LinkedBlockingQueue<>();
        FileWatcher closing = new FileWatcher(
                new ReloadOptions(true, List.of(root), List.of("*.py"), EXCLUDES, List.of(), DELAY_MS), changed -> {
                    try {
                        self.take().close();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    told.add(changed);
                });
        watcher = closing;
        self.add(closing);
        until(write("main.py"));
    }

    @Test
    void missingDirectoryIsAnError() {
        assertThatThrownBy(() -> new FileWatcher(
                        new ReloadOptions(true, List.of(root.resolve("none")), List.of(), List.of(), List.of(), 1),
                        told::add))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("none");
    }

    @Test
    void namesAreShownRelativeToTheirDirectory() {
        assertThat(FileWatcher.shown(Set.of(root.resolve("pkg/a.py")), List.of(root)))
                .containsExactly("pkg/a.py");
        assertThat(FileWatcher.shown(Set.of(Path.of("/etc/x")), List.of(root))).containsExactly("/etc/x");
    }
}
