using AmViz.Storage.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// A writer that can be killed must be a process of its own; everything else is what xunit would have generated.
return args switch
{
    [KilledWriter.Verb, var root] => await KilledWriter.RunAsync(root),
    _ when args.Contains("--server") => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
