/** End to end: the assembled distribution with real children, beside the real Supervisor where behaviour must be the same. */
package corral.it;
