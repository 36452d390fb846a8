/** Serves an archive to a browser on the same machine: the page, and the JSON that it shows. */
@NullMarked
package io.msgvault.embed.cli.web;

import org.jspecify.annotations.NullMarked;
