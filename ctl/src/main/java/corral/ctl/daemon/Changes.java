package corral.ctl.daemon;

import java.util.List;

/** Group names that differ between the running and the newly read configuration. */
public record Changes(List<String> added, List<String> changed, List<String> removed) {}
