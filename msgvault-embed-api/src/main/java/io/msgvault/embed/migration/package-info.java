/**
 * Migrations of an index that was kept before this library, without embedding anything again.
 *
 * <p>Reading order: {@link io.msgvault.embed.migration.Migration} declares what there is, with
 * {@link io.msgvault.embed.migration.LegacyVectors} and {@link
 * io.msgvault.embed.migration.LegacyQueue}. {@link io.msgvault.embed.migration.MigrationOutcome}
 * says how it ended. For authors of backends, {@link io.msgvault.embed.migration.LegacyIndex} is
 * the interface to implement.
 */
@NullMarked
package io.msgvault.embed.migration;

import org.jspecify.annotations.NullMarked;
