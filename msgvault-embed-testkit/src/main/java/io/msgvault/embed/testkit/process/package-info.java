/** Child processes that are killed, and what they must leave behind. */
@NullMarked
package io.msgvault.embed.testkit.process;

import org.jspecify.annotations.NullMarked;
