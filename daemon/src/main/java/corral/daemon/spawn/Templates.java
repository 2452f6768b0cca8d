package corral.daemon.spawn;

import corral.daemon.config.ServerRole;
import corral.daemon.os.DescriptorLink;
import corral.daemon.process.Spawner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** Which templates there are, by group: more than one while a group gets a new one. Spawner thread. */
final class Templates {
    private static final String READY = "ready";

    private final Map<String, Deque<Template>> byGroup = new HashMap<>();
    private final Set<String> unusable = new HashSet<>();
    /** By group: why it has no template and gets none by itself; empty while one is to be expected. */
    private final Map<String, String> outlook = new HashMap<>();

    private final List<Held> held = new ArrayList<>();

    /** A launch that waits for a template to be there. */
    private record Held(Spawner.Request request, Runnable launch, Consumer<String> fail) {}

    /** Whether a process is to be forked instead of launched. */
    boolean serve(Spawner.Request request) {
        return request.config().additions().role().orElse(null) instanceof ServerRole.Worker worker
                && worker.preloaded()
                && !unusable.contains(request.group());
    }

    /** A template is about to be launched: it is worth waiting for. */
    void expect(String group) {
        outlook.put(group, "");
    }

    /** A template has been launched; workers are forked from it as soon as it is ready. */
    void add(String group, Template template) {
        prune(group);
        byGroup.computeIfAbsent(group, name -> new ArrayDeque<>()).addFirst(template);
        take(waiting -> waiting.request().group().equals(group))
                .forEach(waiting -> waiting.launch().run());
    }

    /**
     * A template of an earlier daemon's runs on. Without a connection it ends by itself, and another one is to be expected.
     *
     * @param links makes a connection of a descriptor
     */
    void resume(Spawner.Request request, int pid, Bag bag, IntFunction<DescriptorLink> links) {
        String group = request.group();
        expect(group);
        bag.takeAll(prefix(group) + request.launch() + ":").forEach((name, fd) -> {
            Template template = new Template(
                    request.config().name() + " " + pid, request.launch(), links.apply(fd), name.endsWith(READY));
            add(group, template);
            List<Template> sorted = new ArrayList<>(byGroup.get(group));
            sorted.sort(Comparator.comparingInt(Template::launch).reversed());
            byGroup.put(group, new ArrayDeque<>(sorted));
        });
    }

    /** The connections by name, for the next daemon; waits for orders that are under way. */
    Map<String, Integer> handOver() {
        Map<String, Integer> all = new HashMap<>();
        byGroup.forEach((group, templates) -> templates.forEach(template -> template.handOver()
                .ifPresent(fd -> all.put(
                        prefix(group) + template.launch() + ":" + (template.isReady() ? READY : "loading"), fd))));
        return all;
    }

    /** Nobody has taken over. */
    void goOn() {
        byGroup.values().forEach(templates -> templates.forEach(Template::goOn));
    }

    private static String prefix(String group) {
        return "template:" + Fifos.encode(group) + ":";
    }

    /** There is none now: the launch is done when there is one, or fails if that is not to be expected. */
    void hold(Spawner.Request request, Runnable launch, Consumer<String> fail) {
        String why = outlook.getOrDefault(request.group(), "it does not run");
        if (why.isEmpty()) {
            held.add(new Held(request, launch, fail));
        } else {
            fail.accept(words(request.group(), why));
        }
    }

    /** None will come by itself. */
    void abandon(String group, String why) {
        outlook.put(group, why);
        take(waiting -> waiting.request().group().equals(group))
                .forEach(waiting -> waiting.fail().accept(words(group, why)));
    }

    private static String words(String group, String why) {
        return group + ":template: " + why;
    }

    private List<Held> take(Predicate<Held> which) {
        List<Held> taken = held.stream().filter(which).toList();
        held.removeAll(taken);
        return taken;
    }

    /** The newest one that is ready; if none is, the newest; empty if none runs. */
    Optional<Template> current(String group) {
        prune(group);
        Deque<Template> all = byGroup.getOrDefault(group, new ArrayDeque<>());
        return all.stream()
                .filter(Template::isReady)
                .findFirst()
                .or(() -> all.stream().findFirst());
    }

    /** Its workers would be nobody's children here: those of this group are launched from now on. False if that is known. */
    boolean giveUp(String group) {
        return unusable.add(group);
    }

    /** Nobody wants this worker any more; unless it is being forked, it is not. */
    void cancel(Spawner.Request request) {
        take(waiting -> waiting.request().equals(request))
                .forEach(waiting -> waiting.fail().accept("stopped"));
        byGroup.getOrDefault(request.group(), new ArrayDeque<>()).forEach(template -> template.cancel(request));
    }

    /** The group is gone. */
    void release(String group) {
        Deque<Template> all = byGroup.remove(group);
        if (all != null) {
            all.forEach(Template::release);
        }
        unusable.remove(group);
        abandon(group, "it does not run");
        outlook.remove(group);
    }

    private void prune(String group) {
        Deque<Template> all = byGroup.getOrDefault(group, new ArrayDeque<>());
        for (Iterator<Template> i = all.iterator(); i.hasNext(); ) {
            Template template = i.next();
            if (template.isGone()) {
                i.remove();
                template.release();
            }
        }
    }
}
