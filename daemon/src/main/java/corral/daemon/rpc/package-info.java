/** XML-RPC codec, client over Unix socket and TCP, fault codes. Nothing but the JDK: the command line loads it too. */
package corral.daemon.rpc;
