@NullMarked
package io.msgvault.embed.cli.mcp;

import org.jspecify.annotations.NullMarked;
