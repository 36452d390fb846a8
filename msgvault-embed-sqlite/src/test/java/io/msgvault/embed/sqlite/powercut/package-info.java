/**
 * Power cuts. A process works on files while a {@linkplain
 * io.msgvault.embed.sqlite.powercut.Recorder recorder} notes what it writes and syncs. From that, a
 * {@link io.msgvault.embed.sqlite.powercut.Disk} makes states that a cut may leave, and {@link
 * io.msgvault.embed.sqlite.powercut.PowerCuts} opens each and checks it.
 */
@NullMarked
package io.msgvault.embed.sqlite.powercut;

import org.jspecify.annotations.NullMarked;
