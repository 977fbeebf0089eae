using AmViz.Cli.CommandLine;
using AmViz.Cli.Terminal;

using var interruption = new Interruption(Console.Error);
return await CommandLineApplication.RunAsync(args, Screen.OfThisProcess(), interruption.Token);
