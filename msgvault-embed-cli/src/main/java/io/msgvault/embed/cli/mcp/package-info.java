/** Serves an archive to an assistant, by the Model Context Protocol over standard streams. */
@NullMarked
package io.msgvault.embed.cli.mcp;

import org.jspecify.annotations.NullMarked;
