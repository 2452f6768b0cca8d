package corral.daemon.logs;

import corral.daemon.process.Channel;

/** One output stream of one process. */
public record StreamKey(String group, String process, Channel channel) {}
