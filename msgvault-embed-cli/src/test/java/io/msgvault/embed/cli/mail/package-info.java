/** Tests of reading mail. */
@NullMarked
package io.msgvault.embed.cli.mail;

import org.jspecify.annotations.NullMarked;
