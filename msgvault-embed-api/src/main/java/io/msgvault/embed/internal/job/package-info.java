/**
 * Runs a job: from the choice of a generation to its activation. Not part of the API.
 *
 * <p>Read {@link io.msgvault.embed.internal.job.Run} first, then {@link
 * io.msgvault.embed.internal.job.ActiveRun}, {@link io.msgvault.embed.internal.job.Sweep} and
 * {@link io.msgvault.embed.internal.job.RequestPipeline}. A message passes through {@link
 * io.msgvault.embed.internal.job.DocumentReader}, the pipeline and the sweep. {@link
 * io.msgvault.embed.internal.job.Worker} tells a run that has its generation to itself from one
 * that shares it. {@link io.msgvault.embed.internal.job.Backstop} compares the stores. {@link
 * io.msgvault.embed.internal.job.VectorCopyRun} copies an index, beside the runs of jobs.
 *
 * <p>The tests of runs are in {@code msgvault-embed-testkit}, beside the contract, since they need
 * its stores in memory.
 */
@NullMarked
package io.msgvault.embed.internal.job;

import org.jspecify.annotations.NullMarked;
