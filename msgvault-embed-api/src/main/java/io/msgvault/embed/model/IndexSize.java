package io.msgvault.embed.model;

/**
 * Counts what a generation holds.
 *
 * @param messages distinct messages
 * @param chunks vectors
 */
public record IndexSize(long messages, long chunks) {}
