using System.CommandLine;
using AmViz.Benchmarks;

var root = new RootCommand("Measures coordinators on the real grains, with simulated devices.") { new SimulateCommand(), new CoordinateCommand(), new WatchCommand(), new WatchedCommand() };
return await root.Parse(args).InvokeAsync();
