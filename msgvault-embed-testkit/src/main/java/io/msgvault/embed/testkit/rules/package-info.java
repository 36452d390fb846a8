/** The rules of the contract as tests. */
@NullMarked
package io.msgvault.embed.testkit.rules;

import org.jspecify.annotations.NullMarked;
