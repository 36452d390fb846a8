/**
 * The tests of the auto-configuration: suites that each starter runs with its line of Spring Boot.
 */
@NullMarked
package io.msgvault.embed.spring.tests;

import org.jspecify.annotations.NullMarked;
