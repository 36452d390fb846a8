/** Tables, JSON, progress and error messages. */
@NullMarked
package io.msgvault.embed.cli.output;

import org.jspecify.annotations.NullMarked;
