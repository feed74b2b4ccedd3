System.Console.WriteLine("redshift");
