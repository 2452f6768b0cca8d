package corral.server.frames;

/**
 * Where a worker counts the requests of a connection that it starts its app for (PROTOCOL.md, "The ledger").
 *
 * @param descriptor the file's, in the worker; negative if there is none
 * @param token what the file begins with
 * @param slot which of its numbers, from 1
 */
public record LedgerPlace(int descriptor, long token, int slot) {}
