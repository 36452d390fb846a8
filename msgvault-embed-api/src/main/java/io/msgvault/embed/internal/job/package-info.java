/** The engine behind the job: one run, from the choice of a generation to its activation. */
@NullMarked
package io.msgvault.embed.internal.job;

import org.jspecify.annotations.NullMarked;
