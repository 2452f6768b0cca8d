package corral.daemon.process;

import corral.daemon.config.GroupConfig;
import corral.daemon.process.DaemonRecord.Choice;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many processes groups have where somebody chose another number than the configuration's. A choice counts as long as the
 * configuration says the same number as when it was made. Loop thread.
 */
final class ChosenNumbers {

    private final Map<String, Choice> choices = new TreeMap<>();

    /** What is to be known of it by the next daemon. */
    Map<String, Choice> record() {
        return Map.copyOf(choices);
    }

    /** Goes on with what was chosen under another daemon. */
    void resume(Map<String, Choice> other) {
        choices.putAll(other);
    }

    /** The group from now on has so many; it must have a template. */
    void choose(GroupConfig config, int number) {
        int configured = config.template().orElseThrow().number();
        if (number == configured) {
            choices.remove(config.name());
        } else {
            choices.put(config.name(), new Choice(configured, number));
        }
    }

    /** How many it has. */
    int of(GroupConfig config) {
        int configured = config.template().orElseThrow().number();
        Choice choice = choices.get(config.name());
        return choice == null || choice.configured() != configured ? configured : choice.number();
    }

    /** The group with as many processes as it has. */
    GroupConfig applied(GroupConfig config) {
        if (config.template().isEmpty() || !choices.containsKey(config.name())) {
            return config;
        }
        int number = of(config);
        return number == config.template().get().number() ? config : config.scaledTo(number);
    }

    /** This is what the group runs with from now on: a choice made with another number in the configuration is over. */
    void settle(GroupConfig config) {
        Choice choice = choices.get(config.name());
        boolean over = choice != null
                && config.template()
                        .filter(template -> template.number() == choice.configured())
                        .isEmpty();
        if (over) {
            choices.remove(config.name());
        }
    }
}
