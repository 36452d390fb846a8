/**
 * An archive: writing messages to one of the bundled schema and reading what it knows of them,
 * working over a host's own tables, and taking over what a host has embedded before.
 */
@NullMarked
package io.msgvault.embed.archive;

import org.jspecify.annotations.NullMarked;
