package corral.daemon.spawn;

import corral.daemon.config.ServerRole;
import corral.daemon.process.Spawner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which templates there are, by group: more than one while a group gets a new one. Spawner thread. */
final class Templates {
    private final Map<String, Deque<Template>> byGroup = new HashMap<>();
    private final Set<String> unusable = new HashSet<>();

    /** Whether a process is to be forked instead of launched. */
    boolean serve(Spawner.Request request) {
        return request.config().additions().role().orElse(null) instanceof ServerRole.Worker worker
                && worker.preloaded()
                && !unusable.contains(request.group());
    }

    /** A template has been launched; workers are forked from it as soon as it is ready. */
    void add(String group, Template template) {
        prune(group);
        byGroup.computeIfAbsent(group, name -> new ArrayDeque<>()).addFirst(template);
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

    /** The group is gone. */
    void release(String group) {
        Deque<Template> all = byGroup.remove(group);
        if (all != null) {
            all.forEach(Template::release);
        }
        unusable.remove(group);
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
