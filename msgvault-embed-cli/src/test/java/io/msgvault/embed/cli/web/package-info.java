@NullMarked
package io.msgvault.embed.cli.web;

import org.jspecify.annotations.NullMarked;
