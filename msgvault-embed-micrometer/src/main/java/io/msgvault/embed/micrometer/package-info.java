/**
 * Meters and observations of jobs, embedders and searchers, with Micrometer. Read {@link
 * io.msgvault.embed.micrometer.EmbedMetrics} and {@link
 * io.msgvault.embed.micrometer.EmbedObservations}. {@code docs/metrics.md} lists all names.
 */
@NullMarked
package io.msgvault.embed.micrometer;

import org.jspecify.annotations.NullMarked;
