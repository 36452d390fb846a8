/**
 * Rights of files. A process works on files while a library of C notes who may read them, at each
 * call that creates or writes one.
 */
@NullMarked
package io.msgvault.embed.sqlite.rights;

import org.jspecify.annotations.NullMarked;
