/**
 * The values that all parts exchange: scope, filter, fingerprint, generation, coverage, run records
 * and errors.
 */
@NullMarked
package io.msgvault.embed.model;

import org.jspecify.annotations.NullMarked;
