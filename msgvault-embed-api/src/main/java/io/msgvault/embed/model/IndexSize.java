package io.msgvault.embed.model;

/**
 * What a generation holds.
 *
 * @param messages distinct messages
 * @param chunks vectors
 */
public record IndexSize(long messages, long chunks) {}
