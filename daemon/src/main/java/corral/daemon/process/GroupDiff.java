package corral.daemon.process;

import java.util.List;

/** Group names that differ between the running and the newly read configuration, each list sorted. */
public record GroupDiff(List<String> added, List<String> changed, List<String> removed) {}
