using AmViz.Cli;
using AmViz.Cli.Engine;
using AmViz.Cli.Terminal;

ProbeProcess.Use();
using var interruption = new Interruption(Console.Error);
return await new CommandLineApplication(Screen.OfThisProcess(), new TorchEngine()).RunAsync(args, interruption.Token);
