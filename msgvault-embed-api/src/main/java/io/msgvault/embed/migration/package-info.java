/** Migrates vectors and a work queue that a host had before. */
@NullMarked
package io.msgvault.embed.migration;

import org.jspecify.annotations.NullMarked;
