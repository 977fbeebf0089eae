using System.CommandLine;
using AmViz.Benchmarks;

var root = new RootCommand("Measures coordinators on the real grains, with simulated devices, and compares ONNX graphs with ONNX Runtime.") { new SimulateCommand(), new CoordinateCommand(), new WatchCommand(), new WatchedCommand(), new VerifyCommand() };
return await root.Parse(args).InvokeAsync();
