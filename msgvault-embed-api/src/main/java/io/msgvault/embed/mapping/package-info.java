/**
 * Mappings of a host's own tables, and errors about such tables.
 *
 * <p>Reading order: {@link io.msgvault.embed.mapping.ArchiveMapping} names the tables and columns.
 * For authors of backends, {@link io.msgvault.embed.mapping.MappedColumn} lists them by role, and
 * {@link io.msgvault.embed.mapping.InstalledMapping} compares a mapping with the installed one.
 */
@NullMarked
package io.msgvault.embed.mapping;

import org.jspecify.annotations.NullMarked;
