package io.msgvault.embed.store;

/**
 * Up to where a forward scan has swept a generation. An optimisation that may be lost at any time.
 *
 * @param id every message up to this id was settled or reported when the scan passed; 0 at first
 * @param epoch rises with every lowering, also one that leaves {@code id} as it was, so that an
 *     advance computed before the lowering no longer compares equal
 */
public record Watermark(long id, long epoch) {}
