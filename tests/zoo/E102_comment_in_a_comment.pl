agent(bortezomib).
/* from the list of 2024
agent(carfilzomib).
/* and from that of 2025 */
agent(ixazomib).
/* a list of */ agent(melphalan). /* see a*b / c, **, /, and 1/2 **/
