@NullMarked
package io.msgvault.embed.opensearch;

import org.jspecify.annotations.NullMarked;
