using AmViz.Networks.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// A second process on one cache must be a process of its own; everything else is what xunit would have generated.
return args switch
{
    [FetchingProcess.Verb, var store, var cache, var digest] => await FetchingProcess.RunAsync(store, cache, digest),
    _ when args.Contains("--server") => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
