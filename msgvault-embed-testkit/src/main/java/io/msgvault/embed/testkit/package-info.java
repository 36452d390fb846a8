/** Conformance tests for the contract: extend one, name the backend under test, and run it. */
@NullMarked
package io.msgvault.embed.testkit;

import org.jspecify.annotations.NullMarked;
