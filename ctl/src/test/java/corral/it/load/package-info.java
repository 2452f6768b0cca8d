/** An open-loop load client that believes nothing: every answer is checked to be whole, its own, and the only one. */
package corral.it.load;
