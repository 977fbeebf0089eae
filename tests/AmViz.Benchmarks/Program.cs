using System.CommandLine;
using AmViz.Benchmarks;

var root = new RootCommand("Measures the coordination of a sweep on the real grains, with simulated devices.") { new SimulateCommand(), new CoordinateCommand() };
return await root.Parse(args).InvokeAsync();
